"""What an invoice, a hold, a decision and a payment are.

Pure: standard library only, no I/O, no clock.
"""
