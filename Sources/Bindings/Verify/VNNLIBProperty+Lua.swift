import Essentials
import Interchange
import LuaHost
import Networks
import Tensors
import Verification

extension VNNLIBProperty: LuaBoxable {
  /// `vnn.Property`
  public static let luaTypeName = "vnn.Property"
  /// The regions and the coefficients.
  public var luaByteCount: Int {
    cases.reduce(256) { bytes, item in
      bytes + 24 * inputCount + 8 * outputCount * item.condition.alternatives.reduce(0) { $0 + $1.count }
    }
  }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<VNNLIBProperty>>) {
    type.field("inputs") { property, call in call.push(property.value.inputCount) }
    type.field("outputs") { property, call in call.push(property.value.outputCount) }
    type.field("cases") { property, call in call.push(property.value.cases.count) }
    type.field("networks") { property, call in
      call.push(.array(property.value.networks.map { LuaValue.string($0.name) }))
    }
    type.field("network_inputs") { property, call in
      call.push(.array(property.value.networks.map { LuaValue.integer(property.value.elementCounts(of: $0).inputs) }))
    }
    type.field("network_outputs") { property, call in
      call.push(.array(property.value.networks.map { LuaValue.integer(property.value.elementCounts(of: $0).outputs) }))
    }
    type.field("emptiness") { property, call in property.value.emptiness.map(call.push) ?? call.pushNil() }
    type.field("missing_bound") { property, call in
      property.value.missingBound.map(call.push) ?? call.pushNil()
    }
    type.field("relaxed") { property, call in call.push(property.value.isRelaxed) }
    type.method("condition") { property, call in call.push(boxed: try property.value.item(call).condition) }
    type.method("reduce") { property, call in
      let network: Network = try call.object(1)
      let item = try property.value.item(call, 2)
      try property.value.check(network)
      let shouldStop = try call.options(3) { try $0.stopping() }
      let (reduced, problem) = try item.condition.reduce(network, over: item.region, shouldStop: shouldStop)
      return call.push(reduced) + call.push(boxed: problem)
    }
    type.method("certify") { property, call in
      let network: Network = try call.object(1)
      try property.value.check(network)
      let certificate = try CaseCertificate(
        at: try call.string(3), network: network, cases: property.value.cases.map { ($0.region, $0.condition) })
      if let point = try? call.numberList(2) {
        try certificate.write(point)
      } else if let searches = try? call.objects(2, as: NetworkSearch.self) {
        try certificate.write(searches.map(\.finding))
      } else {
        throw OutsideFailure("certificate: there is none of such proofs, only of recorded searches")
      }
      return call.push(certificate.networkPath) + call.push(certificate.problemPath)
    }
    type.method("approach") { property, call in
      let network: Network = try call.object(1)
      let item = try property.value.item(call, 3)
      try property.value.check(network)
      let shouldStop = try call.options(4) { try $0.stopping() }
      let point = try item.condition.approach(
        try call.numberList(2), in: item.region, by: network, shouldStop: shouldStop)
      return call.push(try Tensor(point))
    }
    type.method("round") { property, call in
      let item = try property.value.item(call, 2)
      return call.push(try Tensor(property.value.rounded(try call.numberList(1), in: item)))
    }
    type.method("chain") { property, call in
      let networks = try call.objectIfAny(1, as: Network.self).map { [$0] } ?? call.objects(1)
      return call.push(try property.value.chain(of: networks))
    }
    type.method("load") { property, call in
      let paths = try call.table(1)
      let pairs = try paths.names.map { ($0, try paths.string($0)) }
      let output = try call.options(2) { try $0.optionalString("output") }
      let files = Dictionary(uniqueKeysWithValues: pairs)
      return call.push(boxed: try VNNLIBModels(property.value, paths: files, output: output))
    }
    type.method("satisfied") { property, call in
      call.push(property.value.isSatisfied(inputs: try call.numberList(1), outputs: try call.numberList(2)))
    }
    type.method("save") { property, call in
      try VNNLIBFile.write(property.value, to: try call.string(1))
      return call.push(true)
    }
    type.text { box in
      let property = box.value
      return "Property(\(property.inputCount) inputs, \(property.outputCount) outputs, \(property.cases.count) "
        + (property.cases.count == 1 ? "region)" : "regions)")
    }
  }

  /// The case whose number, from 1, is at `position`; the first where it is left out.
  private func item(_ call: Call, _ position: Int = 1) throws -> Case {
    cases[call.isNil(position) ? 0 : try call.zeroBased(position, count: cases.count)]
  }

  private func check(_ network: Network) throws {
    guard network.inputCount == inputCount, network.outputCount == outputCount else {
      throw Misuse(
        "property: expected a network with \(inputCount) inputs and \(outputCount) outputs, got "
          + "\(network.inputCount) and \(network.outputCount)")
    }
  }
}
