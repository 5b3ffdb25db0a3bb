#include <complex.h>
typedef struct wave { double _Complex value; float _Complex small; } wave;
static inline double _Complex apply(double _Complex (*f)(double _Complex),
                                    double _Complex z) { return f(z); }
static inline float _Complex scaled(wave w, float by) { return w.small * by; }
