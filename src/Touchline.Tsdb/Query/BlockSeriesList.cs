using System.Collections;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Query;

/// <summary>
/// The series of a selection that one block alone has, each made when it is asked for: after a restart that may be a million, and who goes through them keeps none. Some may
/// turn out to have no samples.
/// </summary>
internal sealed class BlockSeriesList(Block block, uint[] numbers, SymbolPages symbols, SeriesReading reading) : IReadOnlyList<ISeries>
{
    public int Count => numbers.Length;

    public ISeries this[int index] => new TsdbSeries(new SeriesName(block.Index, numbers[index], symbols), reading, block);

    /// <summary>The names of their metrics, some maybe several times.</summary>
    public IEnumerable<string> MetricNames() => numbers.Length == block.Index.SeriesCount
        ? block.Index.ValuesOf(Model.LabelNames.MetricName).Select(value => value.Value)
        : numbers.Select(number => block.Index.ValueOf(number, Model.LabelNames.MetricName, symbols));

    public IEnumerator<ISeries> GetEnumerator()
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
