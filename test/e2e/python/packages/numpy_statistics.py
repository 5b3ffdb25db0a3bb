import numpy as np

rng = np.random.default_rng(7)
temperatures = rng.normal(15.0, 6.0, size=(12, 30))
monthly = temperatures.mean(axis=1)
print("shape", temperatures.shape)
print("mean", round(float(temperatures.mean()), 6))
for month, mean in enumerate(monthly):
    if mean > 15:
        print(month, round(float(mean), 3))
warm = temperatures > 25
print("warm days", int(warm.sum()))
print("warmest", round(float(temperatures.max()), 3), int(temperatures.argmax()))

matrix = np.array([[4.0, 1.0], [2.0, 3.0]])
values, vectors = np.linalg.eig(matrix)
print(sorted(round(float(v), 6) for v in values))
print(np.linalg.solve(matrix, np.array([1.0, 2.0])))
print(matrix @ matrix)

data = np.array([1.0, 2.0, 3.0, 4.0])
data[1] = 20
print(data, data[1:3], data * 2 + 1)
print(np.sort(data)[::-1])


def step(x):
    return x * x - 2 * x


print(np.vectorize(step, otypes=[float])(data))
try:
    np.zeros((2, 3)) + np.zeros((4, 5))
except ValueError as error:
    print(type(error).__name__, error)
