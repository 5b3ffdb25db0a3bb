import os
import struct
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 2 * np.pi, 50)
figure, axes = plt.subplots(2, 1, figsize=(4, 3), dpi=50)
axes[0].plot(x, np.sin(x), label="sine", linewidth=2)
axes[0].plot(x, np.cos(x), "--", label="cosine")
axes[0].set_title("Waves")
axes[0].legend(loc="upper right")
axes[0].set_xlim(0, 6)
bars = axes[1].bar(["a", "b", "c"], [3, 1, 2], color="green")
axes[1].yaxis.set_major_formatter(lambda value, position: f"<{value:g}>")
print(len(axes[0].lines), axes[0].get_title(), axes[0].get_xlim())
print([text.get_text() for text in axes[0].get_legend().get_texts()])
print([float(bar.get_height()) for bar in bars])
figure.tight_layout()
path = os.path.join(tempfile.mkdtemp(), "chart.png")
figure.savefig(path)
with open(path, "rb") as file:
    data = file.read()
print(data[1:4], struct.unpack(">II", data[16:24]))
pixels = plt.imread(path)
print(pixels.shape, round(float(pixels[0, 0, 0]), 3))
figure.canvas.draw()
print([label.get_text() for label in axes[1].get_yticklabels()][:2])
plt.close(figure)
print(plt.get_fignums())
try:
    plt.figure().add_subplot(1, 2, 5)
except ValueError as error:
    print(type(error).__name__, str(error)[:20])
os.remove(path)
