"""Between widgets and services: the gateway, its workers, progress, and boxes for trouble and bugs."""
