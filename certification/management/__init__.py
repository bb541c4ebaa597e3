"""What the certification floor adds to manage.py."""
