import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("Every recipe of the cookbook does its task")
struct CookbookTests {
  /// What the output of each recipe must contain, and the files that it must leave.
  static let recipes: [(name: String, shows: [String], leaves: [String])] = [
    ("bounds", ["interval", "backward", "undecided ReLUs", "largest margin that an attack finds"], []),
    ("callback-that-cuts", ["margin", "1 cut added", "Witness("], []),
    ("constructs", ["cost(amount)", "0, or from 20 to 60", "the whole plan: Solution(optimal", "every plan"], []),
    ("compare-policies", ["magnitude", "by neuron", " of "], []),
    (
      "extra-constraint",
      [
        "(optimal)", "with a fixed border", "Witness(", "same mean: adversarial",
        "robust by programs (no admissible input)",
      ], []
    ),
    ("maximise-output", ["at the image", "in the region (optimal)"], []),
    (
      "onnx", ["Network(81 -> 16 -> 16 -> 10)", "Property(81 inputs", "sat", "((X_0 "],
      ["network.onnx", "property.vnnlib"]
    ),
    ("numpy", ["true\ttrue"], ["x.npy", "all.safetensors"]),
    ("own-model", ["Block(taste", "directly: Solution(", "through surrogates: ", "itself agrees\ttrue"], []),
    ("own-solver", ["by mine: Solution(optimal, objective ", "lazy rows", "the same by glpk"], []),
    ("pictures", ["and what is taken for", "██"], ["found.png"]),
    ("prune-my-way", ["magnitude", "mine +", "sparsity 86 %"], []),
    ("regression", ["best epoch", "R2 0.99", "20 years old: 2"], ["price.safetensors"]),
    ("resume-sweep", ["accuracy", "0.9"], []),
    ("slurm", ["where", "20 of 20 cases are done"], []),
    ("train", ["epoch 3", "test accuracy", "saved to"], ["network.safetensors"]),
  ]

  @Test("runs", arguments: recipes)
  func runs(_ recipe: (name: String, shows: [String], leaves: [String])) throws {
    try withTemporaryDirectory { folder in
      let run = try CommandLineRun.vnnlua(
        ["\(packageDirectory)/Scripts/cookbook/\(recipe.name).lua"], directory: folder)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      for part in recipe.shows { #expect(run.output.contains(part), "\(part): \(run.output)") }
      for file in recipe.leaves { #expect(FileAccess.exists("\(folder)/\(file)"), "\(file)") }
    }
  }

  @Test("every recipe is tested, and begins by saying what its task is")
  func complete() throws {
    let folder = packageDirectory + "/Scripts/cookbook"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".lua") }
    #expect(Set(files) == Set(Self.recipes.map { $0.name + ".lua" } + ["shared.lua"]))
    for file in files { #expect(try FileAccess.read("\(folder)/\(file)").starts(with: "--- ".utf8), "\(file)") }
  }
}
