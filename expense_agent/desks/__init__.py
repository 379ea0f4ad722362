"""The people's desks behind the service, one job each, through storage and workflow."""
