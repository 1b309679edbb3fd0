import Essentials
import LuaHost
import Tensors

/// A seeded stream of random numbers that scripts draw from: `tensor.random(seed)`.
final class RandomGenerator: LuaObject {
  static let luaTypeName = "vnn.Random"
  let seed: Int
  var source: RandomSource

  init(seed: Int) {
    self.seed = seed
    source = RandomSource(seed: UInt64(bitPattern: Int64(seed)))
  }

  static func describe(_ type: LuaType<RandomGenerator>) {
    type.field("seed") { random, call in call.push(random.seed) }
    type.method("number") { random, call in call.push(random.source.uniform()) }
    type.method("integer") { random, call in call.push(random.source.below(try call.int(1, in: 1...Int.max)) + 1) }
    type.method("uniform") { random, call in
      let lower = try call.double(2, default: 0)
      return call.push(
        try Tensor.uniform(try call.shape(only: 1), lower, try call.double(3, default: 1), using: &random.source))
    }
    type.method("normal") { random, call in
      let mean = try call.double(2, default: 0)
      return call.push(
        try Tensor.normal(
          try call.shape(only: 1), mean: mean, deviation: try call.double(3, default: 1), using: &random.source))
    }
    type.method("permutation") { random, call in
      // A table of them all: 16 bytes each.
      call.push(random.source.permutation(try call.int(1, in: 0...1 << 24)).map { $0 + 1 })
    }
    type.text { "Random(seed \($0.seed), xoshiro256++)" }
  }
}
