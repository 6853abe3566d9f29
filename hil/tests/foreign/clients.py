"""Two clients that know nothing of kaimen, every operation against the emulator.

usage: clients.py adafruit|pyfingerprint PROFILE PORT FOLDER

The emulator has finger 5 on page 7. The sensor is empty when it is looked at first, then
finger 5 lies on it.
"""

import os
import sys


def same(found, expected, what):
    if found != expected:
        raise SystemExit(f"{what}: {found!r}, expected {expected!r}")


def adafruit(profile, port):
    import adafruit_fingerprint as module
    import serial

    uart = serial.Serial(port, baudrate=57600, timeout=10)
    r503 = profile == "R503"
    finger = module.Adafruit_Fingerprint(uart)
    same(finger.library_size, 200 if r503 else 1000, "library size")
    same((finger.data_packet_size, finger.baudrate), (2, 6), "packet size and baud rate")
    same(finger.check_module(), True, "echo")
    same(finger.verify_password(), module.OK, "password")
    same((finger.count_templates(), finger.template_count), (module.OK, 1), "count")
    same((finger.read_templates(), finger.templates), (module.OK, [7]), "templates")
    same(finger.get_image(), module.NOFINGER, "empty sensor")
    same(finger.get_image(), module.OK, "image")
    same(finger.image_2_tz(1), module.OK, "features")
    same((finger.finger_search(), finger.finger_id), (module.OK, 7), "search")
    if finger.confidence < 60:
        raise SystemExit(f"confidence {finger.confidence}")
    if not r503:
        same((finger.finger_fast_search(), finger.finger_id), (module.OK, 7), "fast search")
    same(finger.image_2_tz(2), module.OK, "features of the second buffer")
    same(finger.compare_templates(), module.OK, "comparison")
    same(finger.create_model(), module.OK, "model")
    same(finger.store_model(20), module.OK, "store")
    template = finger.get_fpdata("char", 1)
    same(len(template), 1536 if r503 else 768, "bytes of a template")
    same(finger.send_fpdata(template, "char", 2), True, "template to the module")
    same(finger.store_model(21, 2), module.OK, "store of the second buffer")
    same((finger.read_templates(), finger.templates), (module.OK, [7, 20, 21]), "templates")
    same(finger.load_model(21), module.OK, "load")
    same(finger.get_fpdata("char", 1), template, "the template that came back")
    same(finger.store_model(60000), module.BADLOCATION, "page that does not exist")
    same(finger.delete_model(20), module.OK, "delete")
    if r503:
        same(len(finger.get_fpdata("image")), 192 * 192 // 2, "bytes of an image")
        same(finger.set_led(color=3, mode=2, speed=20, cycles=2), module.OK, "light")
    else:
        same(len(finger.get_fpdata("image")), 256 * 288 // 2, "bytes of an image")
    same(finger.set_sysparam(5, 4), module.OK, "security level")
    same((finger.read_sysparam(), finger.security_level), (module.OK, 4), "security level")
    same(finger.set_sysparam(6, 3), module.OK, "packet size")
    same(finger.get_fpdata("char", 1), template, "the template in longer packets")
    same(finger.empty_library(), module.OK, "empty")
    same((finger.count_templates(), finger.template_count), (module.OK, 0), "count")
    if r503:
        finger.soft_reset()
    finger.close_uart()


def pyfingerprint(profile, port, folder):
    from PIL import Image
    from pyfingerprint.pyfingerprint import PyFingerprint

    finger = PyFingerprint(port, 57600, 0xFFFFFFFF, 0)
    same(finger.verifyPassword(), True, "password")
    capacity = {"R305": 162, "R307": 1000}[profile]
    parameters = finger.getSystemParameters()
    same(parameters, (4, 0, capacity, 3, 0xFFFFFFFF, 2, 6), "parameters")
    same(finger.getMaxPacketSize(), 128, "packet size")
    same(finger.getBaudRate(), 57600, "baud rate")
    same(finger.getTemplateCount(), 1, "count")
    index = finger.getTemplateIndex(0)
    same([page for page, taken in enumerate(index) if taken], [7], "index")
    same(finger.readImage(), False, "empty sensor")
    same(finger.readImage(), True, "image")
    picture = os.path.join(folder, "finger.bmp")
    finger.downloadImage(picture)
    with Image.open(picture) as image:
        same(image.size, (256, 288), "size of the image")
        darkest, lightest = image.getextrema()
        if darkest > 60 or lightest < 200:
            raise SystemExit(f"an image of grey {darkest} to {lightest}")
    same(finger.convertImage(1), True, "features")
    page, score = finger.searchTemplate()
    same(page, 7, "search")
    if score < 60:
        raise SystemExit(f"score {score}")
    same(finger.convertImage(2), True, "features of the second buffer")
    if finger.compareCharacteristics() == 0:
        raise SystemExit("one finger does not match itself")
    same(finger.createTemplate(), True, "template")
    same(finger.storeTemplate(), 0, "first free page")
    same(finger.storeTemplate(9), 9, "page 9")
    template = finger.downloadCharacteristics(1)
    same(len(template), 512 if profile == "R305" else 768, "bytes of a template")
    same(finger.uploadCharacteristics(2, template), True, "template to the module")
    same(finger.loadTemplate(9, 1), True, "load")
    same(finger.deleteTemplate(9), True, "delete")
    if not 0 <= finger.generateRandomNumber() <= 0xFFFFFFFF:
        raise SystemExit("random number")
    finger.setSecurityLevel(2)
    same(finger.getSecurityLevel(), 2, "security level")
    finger.setMaxPacketSize(64)
    same(finger.downloadCharacteristics(1), template, "the template in shorter packets")
    same(finger.setAddress(0x01020304), True, "address")
    same(finger.getTemplateCount(), 2, "count at the new address")
    same(finger.setPassword(0xBEEF), True, "password")
    same(finger.verifyPassword(), True, "the new password")
    same(finger.clearDatabase(), True, "empty")
    same(finger.getTemplateCount(), 0, "count")


client, profile, port, folder = sys.argv[1:]
if client == "adafruit":
    adafruit(profile, port)
else:
    pyfingerprint(profile, port, folder)
print(f"{client} on {profile}: all right")
