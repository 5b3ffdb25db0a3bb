/* The end of the programs in C that call what native.h declares. */
static const Kernel kernels[] = {
    {"double", doubles},     {"int", ints},
    {"pointer", pointers},   {"string", strings},
    {"string-made", strings}, {"text", texts},
    {"pointer-passed", pointers},
    {"callback", callbacks}, {"callback-write", callbacksThatWrite},
    {"callback-call", callbacksThatCall},
#ifdef HAS_CALLS
    {"call-same", callsOfSame},
#endif
    {"callback-closure", callbacksOfClosure},
    {"qsort", sort},         {0}};
int main(int argc, char **argv) {
  if (argc == 3)
    numbers = native_numbers(atol(argv[2]));
  return argc == 3 ? runKernel(kernels, argv) : 2;
}
