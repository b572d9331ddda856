namespace Touchline.Tsdb.Index;

/// <summary>What matchers need of an index. The head and every block have one; numbers of series ascend and mean nothing outside of it.</summary>
internal interface ILabelIndex
{
    /// <summary>Every series, ascending.</summary>
    uint[] AllSeries();

    /// <summary>Names of labels, in any order.</summary>
    IReadOnlyList<string> LabelNames();

    /// <summary>The series with the pair, ascending; empty where there is none.</summary>
    uint[] SeriesWith(string name, string value);

    /// <summary>The same, which is the index's own list where it has one: it stays as it is, and must not be changed.</summary>
    ReadOnlyMemory<uint> ListOf(string name, string value) => SeriesWith(name, value);

    /// <summary>Walks the values of a name, in any order; nothing where the name is unknown.</summary>
    IEnumerable<LabelValue> ValuesOf(string name);
}

/// <summary>One value of a label in an index, and how to get at its series.</summary>
internal readonly record struct LabelValue(string Value, ILabelValueSource Source, uint Position)
{
    public uint[] Series() => Source.SeriesAt(Position);
}

/// <summary>An index's way from the position of a label value to its series.</summary>
internal interface ILabelValueSource
{
    uint[] SeriesAt(uint position);
}
