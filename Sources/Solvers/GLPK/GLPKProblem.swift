import CGLPK
import MILP

/// A GLPK problem object with a model's content. It must be made, used and freed on one thread, since GLPK's memory
/// belongs to the thread's environment.
final class GLPKProblem {
  let pointer: OpaquePointer
  let columnCount: Int
  let rowCount: Int

  /// Loads `model`, whose bounds must not be crossed, with `rows` in the place of its own.
  init(_ model: Model, _ rows: ConditionedRows) {
    pointer = glp_create_prob()
    columnCount = model.columnCount
    rowCount = model.rowCount
    glp_set_obj_dir(pointer, model.objectiveSense == .minimize ? GLP_MIN : GLP_MAX)
    glp_set_obj_coef(pointer, 0, model.objectiveConstant)
    if columnCount > 0 { glp_add_cols(pointer, Int32(columnCount)) }
    for column in 0..<columnCount {
      let j = Int32(column + 1)
      let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
      if model.kinds[column].isIntegral { glp_set_col_kind(pointer, j, GLP_IV) }
      glp_set_col_bnds(pointer, j, GLPKProblem.boundType(lower, upper), lower, upper)
      if model.objectiveCoefficients[column] != 0 {
        glp_set_obj_coef(pointer, j, model.objectiveCoefficients[column])
      }
    }
    if rowCount > 0 { glp_add_rows(pointer, Int32(rowCount)) }
    for row in 0..<rowCount {
      let (lower, upper) = (rows.lower[row], rows.upper[row])
      glp_set_row_bnds(pointer, Int32(row + 1), GLPKProblem.boundType(lower, upper), lower, upper)
    }
    loadMatrix(rows)
  }

  /// Leaves GLPK's object alone for good: after a failed assertion it cannot even be deleted. Its memory is lost.
  var isBroken = false

  deinit {
    if !isBroken { glp_delete_prob(pointer) }
  }

  /// Adds a row while GLPK asks for rows or cuts.
  func add(_ row: SparseRow) {
    let i = glp_add_rows(pointer, 1)
    glp_set_row_bnds(pointer, i, GLPKProblem.boundType(row.lower, row.upper), row.lower, row.upper)
    // GLPK counts from 1 and never reads element 0.
    glp_set_mat_row(pointer, i, Int32(row.columns.count), [0] + row.columns.map { $0 + 1 }, [0] + row.values)
  }

  private static func boundType(_ lower: Double, _ upper: Double) -> Int32 {
    switch (lower.isFinite, upper.isFinite) {
    case (true, true): lower == upper ? GLP_FX : GLP_DB
    case (true, false): GLP_LO
    case (false, true): GLP_UP
    case (false, false): GLP_FR
    }
  }

  private func loadMatrix(_ source: ConditionedRows) {
    let count = source.values.count
    guard count > 0 else {
      // Branch and cut needs a basis, and a basis a row: one that allows everything.
      guard columnCount > 0, rowCount == 0 else { return }
      add(SparseRow(columns: [0], values: [1], lower: -.infinity, upper: .infinity))
      return
    }
    let rows = UnsafeMutablePointer<Int32>.allocate(capacity: count + 1)
    let columns = UnsafeMutablePointer<Int32>.allocate(capacity: count + 1)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: count + 1)
    defer {
      rows.deallocate()
      columns.deallocate()
      values.deallocate()
    }
    (rows[0], columns[0], values[0]) = (0, 0, 0)
    source.starts.withUnsafeBufferPointer { starts in
      for row in 0..<rowCount {
        for entry in starts[row]..<starts[row + 1] { rows[entry + 1] = Int32(row + 1) }
      }
    }
    source.columns.withUnsafeBufferPointer { source in
      for entry in 0..<count { columns[entry + 1] = source[entry] + 1 }
    }
    source.values.withUnsafeBufferPointer { source in
      for entry in 0..<count { values[entry + 1] = source[entry] }
    }
    glp_load_matrix(pointer, Int32(count), rows, columns, values)
  }
}
