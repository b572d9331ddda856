using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// What a series is called: its labels, or the stored series that they can be asked of. Most queries of thousands of series look at one or two labels of each, or at none,
/// and making all of them would take longer than reading the samples.
/// </summary>
internal readonly struct SeriesIdentity
{
    private readonly object _source; // Labels or an ISeries.
    private readonly bool _isNameless;

    private SeriesIdentity(object source, bool isNameless)
    {
        _source = source;
        _isNameless = isNameless;
    }

    public SeriesIdentity(ISeries series)
        : this(series, isNameless: false)
    {
    }

    public SeriesIdentity(Labels labels)
        : this(labels, isNameless: false)
    {
    }

    public Labels Labels
    {
        get
        {
            var labels = _source as Labels ?? ((ISeries)_source).Labels;
            return _isNameless ? LabelSets.WithoutName(labels) : labels;
        }
    }

    public string MetricName => Value(LabelNames.MetricName);

    public ulong DescriptionlessHash => _source is ISeries series ? series.DescriptionlessHash() : Model.DescriptionlessHash.Of((Labels)_source);

    /// <summary>The value of a label, or the empty string.</summary>
    public string Value(string label)
    {
        if (_isNameless && LabelSets.DescribesMetric(label))
        {
            return "";
        }
        return _source is ISeries series ? series.LabelValue(label) : ((Labels)_source)[label];
    }

    /// <summary>The same without the metric's name, type and unit.</summary>
    public SeriesIdentity WithoutName() => new(_source, isNameless: true);
}
