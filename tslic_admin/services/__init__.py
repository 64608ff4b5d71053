"""One function per act or query; the layer's own files are what every package below uses."""
