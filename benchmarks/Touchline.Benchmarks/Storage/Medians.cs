using Touchline.Benchmarks.Queries;

namespace Touchline.Benchmarks.Storage;

/// <summary>Figures of one server over several rounds, each told as the median.</summary>
internal sealed class Medians
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    public double this[string figure] => RangeQueries.Median(_values[figure]);

    public bool Has(string figure) => _values.ContainsKey(figure);

    public void Add(string figure, double value)
    {
        if (!_values.TryGetValue(figure, out var values))
        {
            _values[figure] = values = [];
        }
        values.Add(value);
    }
}
