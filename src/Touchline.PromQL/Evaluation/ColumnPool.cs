namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Columns of values of one operator, all of the same number of steps, to be used again where nobody keeps them. Thread-safe.
/// </summary>
internal sealed class ColumnPool(int steps)
{
    /// <summary>Shorter ones are made sooner than they are found.</summary>
    private const int LeastPooled = 16;

    private readonly Spares<double[]>? _free = steps < LeastPooled ? null : new();

    /// <summary>A column that may hold anything.</summary>
    public double[] Rent() => _free is not null && _free.TryTake(out var column) ? column : GC.AllocateUninitializedArray<double>(steps);

    public void Return(double[] column) => _free?.Add(column);
}
