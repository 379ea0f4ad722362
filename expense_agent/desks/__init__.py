"""Who does what behind the service, one desk a job, through storage and workflow."""
