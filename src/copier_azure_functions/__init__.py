"""The front door to the template: it asks, shows, and calls Copier; every rule is in the template."""
