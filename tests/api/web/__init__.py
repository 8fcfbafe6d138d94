"""What browsers load: the page, its files, the description of the API."""
