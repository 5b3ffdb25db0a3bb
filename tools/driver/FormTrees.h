//===- FormTrees.h - forms as trees to be walked ----------------*- C++ -*-===//
//
// A form whose parts run at most once gains nothing from being compiled: no
// procedure that lives on, no loop. Of such a form a tree is made in the heap,
// which the runtime walks (runtime/FormTree.h).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_FORMTREES_H
#define PLC_TOOLS_DRIVER_FORMTREES_H

#include "frontend/Core.h"
#include "stdlib/runtime/FormTree.h"
#include "tools/driver/Process.h"
#include "tools/driver/RootedValues.h"

#include "llvm/ADT/DenseMap.h"

#include <functional>
#include <map>

namespace plc::driver {

class FormTrees {
public:
  /// What a global stands for: a cell, or, where that is null, a value.
  struct Meaning {
    plc_value *cell;
    plc_value value;
  };
  using MeaningOf = std::function<Meaning(const frontend::Global *)>;
  FormTrees(Compiler &compiler, Process &process, MeaningOf meaningOf);

  /// The tree of a form, valid until the next; null if the form has to be
  /// compiled. The libraries that it needs are in memory.
  const plc_tree_source *make(const frontend::Unit &unit);
  /// The procedure of a primitive.
  plc_value primitive(frontend::PrimitiveId id);

private:
  /// What becomes of the value of a node.
  enum class Use { One, Ignored, Tail };
  using Index = int64_t;

  // Each appends a node and returns where; whatever, after giveUp.
  Index node(const frontend::Node *n, Use use);
  Index sequence(llvm::ArrayRef<frontend::Node *> forms, Use use);
  Index letrec(const frontend::Node *n, Use use);
  Index call(const frontend::Node *n, Use use);
  Index list(llvm::ArrayRef<frontend::Node *> elements);
  Index applied(const frontend::Node *n, Use use);
  Index constant(const ir::Datum *datum);
  Index constant(plc_value value);
  Index reference(const frontend::Global *global, ir::Location location);
  /// Variables and their values one by one, then the body.
  using Bindings =
      llvm::ArrayRef<std::pair<const frontend::Variable *, frontend::Node *>>;
  Index bind(Bindings bindings, llvm::function_ref<Index()> body);

  Index append(plc_tree_op op, size_t parts);
  plc_value &part(Index node, size_t i) { return words[node + 1 + i]; }
  void setValue(Index node, size_t i, plc_value value);
  plc_value depthOf(const frontend::Variable *variable);
  plc_value name(ir::Symbol symbol);
  plc_value place(ir::Location location);
  Index giveUp() {
    isSimple = false;
    return 0;
  }

  Compiler &compiler;
  Process &process;
  MeaningOf meaningOf;
  std::vector<plc_value> primitives; // by id, 0: not asked for yet

  // The tree at hand.
  std::vector<plc_value> words;
  RootedValues values;
  std::vector<int64_t> valueWords;
  std::vector<plc_tree_text> texts;
  llvm::BumpPtrAllocator textArena;
  plc_tree_source source;
  bool isSimple = true;
  unsigned depth = 0;
  llvm::DenseMap<const frontend::Variable *, int64_t> levels;
  int64_t level = 0;
  /// The procedure whose text is at hand.
  ir::Symbol procedure = nullptr;

  llvm::DenseMap<ir::Symbol, std::unique_ptr<plc_tree_name>> names;
  /// By procedure, file and offset.
  std::map<std::tuple<ir::Symbol, uint32_t, uint32_t>,
           std::unique_ptr<plc_tree_place>>
      places;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_FORMTREES_H
