import argparse
import configparser
import contextlib
import email.message
import html
import io
import logging
import xml.etree.ElementTree as ET

root = ET.fromstring("<shop><item n='2'>apple</item><item n='5'>pear<b/></item></shop>")
for item in root.findall("item"):
    print(item.tag, item.get("n"), item.text, len(item))
ET.SubElement(root, "item", n="7").text = "plüm & co"
print(ET.tostring(root, encoding="unicode")[-40:])
print(sum(int(item.attrib["n"]) for item in root.iter("item")))
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as error:
    print(type(error).__name__, error)
config = configparser.ConfigParser()
config.read_string("[server]\nport = 8080\ndebug = yes\n[paths]\nhome = /tmp\nlog = %(home)s/log\n")
print(config.sections(), config.getint("server", "port"), config["server"].getboolean("debug"))
print(config["paths"]["log"])
parser = argparse.ArgumentParser(prog="tool")
parser.add_argument("files", nargs="+")
parser.add_argument("--count", type=int, default=1)
parser.add_argument("-v", action="store_true")
options = parser.parse_args(["a", "b", "--count", "3"])
print(options.files, options.count, options.v)
errors = io.StringIO()
with contextlib.redirect_stderr(errors):
    try:
        parser.parse_args(["--count", "x", "a"])
    except SystemExit as stop:
        print("exit", stop.code)
print(errors.getvalue().splitlines()[-1])
log = io.StringIO()
logger = logging.getLogger("shop")
handler = logging.StreamHandler(log)
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
logger.addHandler(handler)
logger.setLevel(logging.INFO)
logger.info("sold %d of %s", 3, "apples")
logger.debug("not shown")
logger.warning("low")
print(log.getvalue(), end="")
message = email.message.EmailMessage()
message["Subject"] = "Hello"
message["To"] = "a@example.org"
message.set_content("Text\n")
print(message["Subject"], message.get_content_type(), message.get_content().strip())
print(html.escape("<a & b>"), html.unescape("&lambda;&#33;"))
