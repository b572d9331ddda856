using Touchline.Model;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>The series of a log by their labels: one and the same may have had several numbers in it.</summary>
internal sealed class LogSeries
{
    private readonly Dictionary<Labels, int> _byLabels = [];
    private readonly Dictionary<ulong, int> _byReference = [];
    private readonly List<Labels> _labels = [];
    private readonly Dictionary<int, List<DeletedInterval>> _deleted = [];

    public int Count => _labels.Count;

    public Labels this[int series] => _labels[series];

    public void Define(ulong reference, Labels labels)
    {
        if (!_byLabels.TryGetValue(labels, out var series))
        {
            series = _labels.Count;
            _byLabels.Add(labels, series);
            _labels.Add(labels);
        }
        _byReference[reference] = series;
    }

    /// <summary>The place of the series in order of first appearance; -1 where its labels are not known.</summary>
    public int Find(ulong reference) => _byReference.TryGetValue(reference, out var series) ? series : -1;

    public void Delete(int series, DeletedInterval interval)
    {
        if (!_deleted.TryGetValue(series, out var intervals))
        {
            _deleted.Add(series, intervals = []);
        }
        intervals.Add(interval);
    }

    public IReadOnlyList<DeletedInterval> DeletedOf(int series) => _deleted.TryGetValue(series, out var intervals) ? intervals : [];

    /// <summary>The series in the order of their labels.</summary>
    public int[] InOrder()
    {
        var order = Enumerable.Range(0, _labels.Count).ToArray();
        Array.Sort(order, (left, right) => _labels[left].CompareTo(_labels[right]));
        return order;
    }
}
