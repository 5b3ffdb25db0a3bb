import numpy as np
from scipy import integrate, interpolate, linalg, optimize, stats


def show(label, *values):
    print(label, *(round(float(v), 5) + 0.0 for v in values))


result = optimize.minimize(lambda p: (p[0] - 1) ** 2 + (p[1] + 2) ** 2, [0.0, 0.0],
                           method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
show("minimum", *result.x)
print(bool(result.success))
show("root", optimize.brentq(lambda x: x ** 3 - 2, 0, 2))
area, error = integrate.quad(lambda x: np.exp(-x * x), -np.inf, np.inf)
show("area", area)
print(error < 1e-6)
solution = integrate.solve_ivp(lambda t, y: [-y[0] / 2], (0, 4), [8.0], rtol=1e-8,
                               t_eval=[0, 2, 4])
show("decay", *solution.y[0])
x = np.array([0.0, 1.0, 2.0, 3.0])
y = np.array([0.0, 1.0, 4.0, 9.0])
show("between", interpolate.CubicSpline(x, y)(1.5))
parameters, _ = optimize.curve_fit(lambda x, a, b: a * x ** 2 + b, x, y, p0=[0.5, 0.5])
show("fit", *parameters)
line = stats.linregress(x, y)
show("line", line.slope, line.intercept, line.rvalue)
show("normal", stats.norm.cdf(1.96), stats.norm(loc=3, scale=2).mean())
test = stats.ttest_ind([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 6.0])
show("t", test.statistic, test.pvalue)
matrix = np.array([[2.0, 0.0], [1.0, 3.0]])
show("det", linalg.det(matrix), *linalg.inv(matrix).ravel())
try:
    optimize.brentq(lambda x: x * x + 1, 0, 2)
except ValueError as error:
    print(type(error).__name__, error)
try:
    linalg.inv(np.zeros((2, 2)))
except linalg.LinAlgError:
    print("LinAlgError")
