"""Commands that read files of license servers, and the script that collects them."""
