# What adafruit_fingerprint takes from MicroPython: a constant is what it is.
def const(value):
    return value
