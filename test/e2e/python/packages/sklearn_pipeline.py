import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import make_scorer
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.validation import check_is_fitted


class Clip(TransformerMixin, BaseEstimator):
    """Keeps each column within what it has seen, but for a share of it."""

    def __init__(self, share=0.0, names=()):
        self.share = share
        self.names = names

    def fit(self, X, y=None):
        X = np.asarray(X)
        self.low_ = np.quantile(X, self.share, axis=0)
        self.high_ = np.quantile(X, 1 - self.share, axis=0)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        check_is_fitted(self, "low_")
        return np.clip(X, self.low_, self.high_)

    def get_feature_names_out(self, names=None):
        return np.array([f"clip{i}" for i in range(self.n_features_in_)], dtype=object)


i = np.arange(120)
X = np.column_stack([np.sin(i), np.cos(i * 0.7), (i % 7) - 3.0])
y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype(int)
X[::40] *= 50


def false_alarms(truth, found):
    return int(np.sum((found == 1) & (truth == 0)))


def balanced(estimator, X, y):
    found = estimator.predict(X)
    return (np.mean(found[y == 1] == 1) + np.mean(found[y == 0] == 0)) / 2


line = Pipeline([("clip", Clip()), ("scale", StandardScaler()),
                 ("model", LogisticRegression())])
print(line.get_params()["clip__share"], clone(line).named_steps["clip"])
search = GridSearchCV(line, {"clip__share": [0.0, 0.05], "model__C": [0.1, 10.0]},
                      scoring={"balanced": balanced,
                               "alarms": make_scorer(false_alarms, greater_is_better=False)},
                      refit="balanced", cv=StratifiedKFold(4))
search.fit(X, y)
print(dict(sorted(search.best_params_.items())))
for name in ("mean_test_balanced", "mean_test_alarms"):
    print(name, [round(float(x), 3) for x in search.cv_results_[name]])
best = search.best_estimator_
print(best.named_steps["clip"].low_.shape, round(balanced(best, X, y), 3))
print(list(best[0].get_feature_names_out()))
try:
    Clip().transform(X)
except Exception as error:
    print(type(error).__name__, str(error)[:38])
union = FeatureUnion([("clip", Clip(share=0.1)),
                      ("squares", FunctionTransformer(lambda X: X * X))])
both = ColumnTransformer([("union", union, [0, 1])], remainder="passthrough")
wide = both.fit_transform(X)
print(wide.shape, [round(float(x), 3) for x in wide[40]])
logs = TransformedTargetRegressor(Ridge(), func=lambda y: np.log(y), inverse_func=lambda z: np.exp(z))
logs.fit(wide, 2.0 + y)
print([round(float(x), 3) for x in logs.predict(wide[:3])])
found = cross_val_predict(best, X, y, cv=3)
print(found.dtype.kind, false_alarms(y, found), int(found.sum()))
try:
    GridSearchCV(line, {"clip__shore": [1]}, error_score="raise").fit(X, y)
except ValueError as error:
    print(type(error).__name__, str(error)[:33])
