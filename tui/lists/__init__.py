"""The records that pages list, with what is said of them."""
