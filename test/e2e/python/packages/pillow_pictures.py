import io
import os
import struct
import tempfile
import zlib

import numpy as np
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageOps, PngImagePlugin


def chunks(data):
    """Name and length of each chunk of a PNG; their sums are right."""
    found, place = [], 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 4:place + 8 + length]
        check, = struct.unpack(">I", data[place + 8 + length:place + 12 + length])
        assert zlib.crc32(body) == check
        found.append((name.decode(), length))
        place += 12 + length
    return found


class Brush:
    """Draws on a picture, in a colour of its own."""

    def __init__(self, image, colour="black"):
        self.draw = ImageDraw.Draw(image)
        self.colour = ImageColor.getrgb(colour)

    def dots(self, *places):
        for place in places:
            self.draw.point(place, fill=self.colour)

    def box(self, left, top, right, bottom):
        self.draw.rectangle((left, top, right, bottom), fill=self.colour)


image = Image.new("RGB", (64, 48), "white")
red = Brush(image, "#ff0000")
red.box(8, 8, 23, 39)
red.dots((0, 0), (63, 47))
Brush(image).draw.line([(32, 0), (32, 47)], fill=(0, 0, 255), width=1)
print(image.size, image.mode, image.getpixel((10, 10)), image.getpixel((32, 5)))

folder = tempfile.mkdtemp()
file = os.path.join(folder, "boxes.png")
notes = PngImagePlugin.PngInfo()
notes.add_text("Title", "Boxes")
image.save(file, pnginfo=notes)
with open(file, "rb") as stream:
    data = stream.read()
print(data[:8], struct.unpack(">II", data[16:24]), data[24:29])
print([name for name, _ in chunks(data)], chunks(data)[0])
with Image.open(file) as again:
    again.load()
    print(again.format, again.info["Title"], ImageChops.difference(image, again).getbbox())
    print([again.getpixel(place) for place in [(0, 0), (1, 0), (23, 39), (24, 40), (63, 47)]])

# By procedures, filters and arrays.
dark = image.point(lambda value: value // 2)
print(dark.getpixel((10, 10)), dark.getpixel((1, 1)))
grey = ImageOps.grayscale(image)
print(grey.getextrema(), sorted(count for count in grey.histogram() if count))
pixels = np.asarray(image)
print(pixels.shape, pixels.dtype, pixels[10, 10].tolist(), int(pixels[:, :, 1].sum()))
ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
shaded = Image.fromarray(ramp)
print(shaded.size, shaded.mode, shaded.getpixel((3, 2)), shaded.resize((4, 4), Image.Resampling.NEAREST).getpixel((1, 1)))
edges = grey.filter(ImageFilter.Kernel((3, 3), [0, -1, 0, -1, 4, -1, 0, -1, 0], scale=1))
print(edges.getpixel((8, 8)) > 0, edges.getpixel((15, 20)), edges.getbbox() is not None)
turned = image.rotate(90, expand=True).crop((0, 0, 10, 12))
print(turned.size, turned.getcolors(), turned.tobytes()[:3])
frames = [Image.new("P", (8, 8), i) for i in range(3)]
memory = io.BytesIO()
frames[0].save(memory, "GIF", save_all=True, append_images=frames[1:], duration=40)
memory.seek(0)
moving = Image.open(memory)
print(moving.format, moving.n_frames, moving.size)
try:
    Image.open(io.BytesIO(b"no picture"))
except Image.UnidentifiedImageError as error:
    print(type(error).__name__)
try:
    image.getpixel((64, 0))
except IndexError as error:
    print(type(error).__name__, error)
os.remove(file)
os.rmdir(folder)
