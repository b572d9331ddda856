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
    /// <summary>Groups of the index whose chunks were looked for lately. Threads go through the series from different places on, each in order.</summary>
    private const int GroupsRemembered = 64;

    private readonly Group?[] _groups = new Group?[GroupsRemembered];

    public int Count => numbers.Length;

    public ISeries this[int index] => new TsdbSeries(new SeriesName(block.Index, numbers[index], symbols), reading, this);

    /// <summary>What the block has of the series of a group of its index, by their places in the group: finding one means to pass over those before it. Thread-safe.</summary>
    public SeriesReading.BlockPart[] PartsBeside(uint number)
    {
        var group = number / IndexFormat.GroupSize;
        ref var lately = ref _groups[group % GroupsRemembered];
        var known = Volatile.Read(ref lately);
        if (known?.Number != group)
        {
            known = new Group(group, Find(group));
            Volatile.Write(ref lately, known);
        }
        return known.Parts;
    }

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

    private SeriesReading.BlockPart[] Find(uint group)
    {
        var first = group * IndexFormat.GroupSize;
        var parts = new SeriesReading.BlockPart[Math.Min(IndexFormat.GroupSize, (uint)block.Index.SeriesCount - first)];
        var place = default(ChunkListPlace);
        for (var i = 0; i < parts.Length; i++)
        {
            place = block.Index.PlaceOfChunks(first + (uint)i, place);
            parts[i] = new SeriesReading.BlockPart(block, place) { Next = -1 };
        }
        return parts;
    }

    private sealed record Group(uint Number, SeriesReading.BlockPart[] Parts);
}
