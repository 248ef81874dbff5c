"""How people meet the engine: the command line, reports and the files they exchange."""

__version__ = "0.1.0"
