"""Runs one file of eclipse/paho.mqtt.testing on a port of our choice: interoperability.py FILE PORT.

The files take a port on their command line, then hand the same command line to unittest, which does
not know it. Here unittest gets a command line of its own.
"""
import os
import runpy
import sys
import unittest

path, port = os.path.abspath(sys.argv[1]), sys.argv[2]
original = unittest.main
unittest.main = lambda: original(module=sys.modules["__main__"], argv=[path, "-v"])
# The modules of the suite lie beside the file.
sys.path.insert(0, os.path.dirname(path))
sys.argv = [path, "--hostname", "127.0.0.1", "-p", port]
runpy.run_path(path, run_name="__main__")
