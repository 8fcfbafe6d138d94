"""What people see: the page at `/`, its files, and the description of the API at `/docs`."""
