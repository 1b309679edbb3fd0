import Networks

extension LinearPass {
  /// Upper bounds of `count` functions Σ_j rows[r, j] · h_j + constants[r] of the outputs h of a hidden layer, or of the
  /// inputs, with the default numbers: the same walk as `upperBound` takes, by matrix products.
  ///
  /// - Parameters:
  ///   - rows: [count, width of that layer], row after row.
  ///   - depth: how many hidden layers are below; their bounds are known.
  final func upperBounds(_ rows: [Double], constants: [Double], depth: Int) -> [Double] {
    let count = constants.count
    var accounts = constants.map { AccountedConstant($0) }
    var left = rows
    for index in (0..<depth).reversed() {
      let layer = network.layers[index]
      let offset = layout.offsets[index]
      // The others' numbers are 0, and a dense product leaves them out.
      let live = (0..<layer.outputCount).filter { upper[offset + $0] > 0 }.map { Int32($0) }
      let packed = [Double](unsafeUninitializedCapacity: count * live.count) { buffer, used in
        for row in 0..<count {
          var account = accounts[row]
          for (column, neuron) in live.enumerated() {
            let place = offset + Int(neuron)
            let v = left[row * layer.outputCount + Int(neuron)]
            let bounds = self.neuron(place)
            let w = defaultNumber(place, v, bounds)
            account.relax(v, w, bounds)
            account.substitute(w, bias: biases[place], size: sizes[place])
            buffer[row * live.count + column] = w
          }
          account.close(terms: live.count)
          accounts[row] = account
        }
        used = count * live.count
      }
      guard case .dense = layer.connections else {
        left = scattered(packed, live, count, layer)
        continue
      }
      left = [Double](unsafeUninitializedCapacity: count * layer.inputCount) { buffer, used in
        packed.withUnsafeBufferPointer { packed in
          live.withUnsafeBufferPointer { live in
            // Arrays may be without memory when they are empty; there is nothing to multiply then.
            if let packed = packed.baseAddress, let places = live.baseAddress, let result = buffer.baseAddress {
              MatrixProduct.multiply(
                packed, rows: count, inner: live.count, leftStride: live.count, layer.weight.base, places: places,
                columns: layer.inputCount, into: result)
            }
          }
        }
        used = count * layer.inputCount
      }
    }
    return left.withUnsafeBufferPointer { left in
      guard let base = left.baseAddress else { return accounts.map { _ in .infinity } }
      return accounts.indices.map { row in
        accounts[row].upperBound(
          region.support(base + row * region.inputCount, maximizer: nil, workspace: workspace))
      }
    }
  }

  /// Each of `count` rows of numbers, of the neurons `live`, times the weights of a layer that is not dense.
  private func scattered(_ numbers: [Double], _ live: [Int32], _ count: Int, _ layer: Layer) -> [Double] {
    var row = [Double](repeating: 0, count: layer.outputCount)
    return [Double](unsafeUninitializedCapacity: count * layer.inputCount) { buffer, used in
      for index in 0..<count {
        for (column, neuron) in live.enumerated() { row[Int(neuron)] = numbers[index * live.count + column] }
        row.withUnsafeBufferPointer { row in
          if let numbers = row.baseAddress, let result = buffer.baseAddress {
            layer.kernel.multiplyTransposed(numbers, into: result + index * layer.inputCount)
          }
        }
      }
      used = count * layer.inputCount
    }
  }
}
