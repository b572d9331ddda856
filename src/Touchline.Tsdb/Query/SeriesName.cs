using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Query;

/// <summary>What a series is called: its labels, or where they can be found, because most queries that select a million series never look at them.</summary>
internal readonly struct SeriesName
{
    private readonly object _source; // Labels, the head's index, or a block's index.
    private readonly uint _number;
    private readonly SymbolPages? _symbols;

    public SeriesName(Labels labels) => _source = labels;

    public SeriesName(HeadIndex index, uint reference)
    {
        _source = index;
        _number = reference;
    }

    /// <param name="index">Of a block that stays open as long as the name is used.</param>
    /// <param name="series">Its number in the block.</param>
    /// <param name="symbols">The cache of <see cref="BlockIndex.LabelsOf(uint, SymbolPages)"/>.</param>
    public SeriesName(BlockIndex index, uint series, SymbolPages symbols)
    {
        _source = index;
        _number = series;
        _symbols = symbols;
    }

    /// <summary>The number in the block, or the reference in the head.</summary>
    public uint Number => _number;

    /// <summary>The reference in the head; 0 where it is not named by it.</summary>
    public uint HeadReference => _source is HeadIndex ? _number : 0;

    /// <summary>The order by labels of two that one head or one block names, which needs no labels.</summary>
    public static bool TryCompare(in SeriesName left, in SeriesName right, out int order)
    {
        order = 0;
        if (!ReferenceEquals(left._source, right._source))
        {
            return false;
        }
        switch (left._source)
        {
            case HeadIndex index:
                order = index.Compare(left._number, right._number);
                return true;
            case BlockIndex:
                order = left._number.CompareTo(right._number); // A block numbers its series in that order.
                return true;
            default:
                return false;
        }
    }

    /// <summary>The labels, where they are made already.</summary>
    public Labels? Labels => _source as Labels;

    public Labels ToLabels() => _source switch
    {
        HeadIndex index => index.LabelsOf(_number),
        BlockIndex index => index.LabelsOf(_number, _symbols!),
        _ => (Labels)_source,
    };

    public string Value(string label) => _source switch
    {
        HeadIndex index => index.ValueOf(_number, label),
        BlockIndex index => index.ValueOf(_number, label, _symbols!),
        _ => ((Labels)_source)[label],
    };

    public ulong DescriptionlessHash() => _source switch
    {
        HeadIndex index => index.DescriptionlessHashOf(_number),
        BlockIndex index => index.DescriptionlessHashOf(_number, _symbols!),
        _ => Model.DescriptionlessHash.Of((Labels)_source),
    };
}
