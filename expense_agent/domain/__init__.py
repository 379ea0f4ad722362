"""What an invoice, a hold, a decision and a payment are. Pure: standard library, no I/O, no clock."""
