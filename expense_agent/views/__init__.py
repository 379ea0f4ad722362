"""How people look at the queue: a filter language, the saved views, views of their own."""
