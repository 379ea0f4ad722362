"""Invoices, holds, decisions and payments as plain values.

Pure: standard library only, no I/O, no clock.
"""
