# The name that adafruit_fingerprint imports for its type hints; the real one is for boards.
class UART:
    pass
