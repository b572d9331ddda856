using Touchline.Model;

namespace Touchline.Tsdb.Query;

/// <summary>
/// The series of a selection by their labels, made when one is looked for: mostly none is, as blocks and head have the same ones in the same
/// order. What is added before that must be in the selection too.
/// </summary>
internal sealed class SeriesByLabels(List<TsdbSeries> selected, CancellationToken cancellationToken)
{
    private Dictionary<Labels, TsdbSeries>? _byLabels;

    public TsdbSeries? Find(Labels labels) => Map().GetValueOrDefault(labels);

    public void Add(TsdbSeries series) => Map()[series.Labels] = series;

    private Dictionary<Labels, TsdbSeries> Map()
    {
        if (_byLabels is null)
        {
            _byLabels = new Dictionary<Labels, TsdbSeries>(selected.Count);
            for (var i = 0; i < selected.Count; i++)
            {
                if ((i & 1023) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
                _byLabels[selected[i].Labels] = selected[i];
            }
        }
        return _byLabels;
    }
}
