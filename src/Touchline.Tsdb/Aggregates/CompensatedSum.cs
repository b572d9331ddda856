namespace Touchline.Tsdb.Aggregates;

/// <summary>A running sum that keeps what rounding lost (Neumaier), as <c>sum_over_time</c> does.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public readonly double Value => double.IsInfinity(_sum) ? _sum : _sum + _lost;

    public void Add(double value)
    {
        var next = _sum + value;
        if (!double.IsInfinity(next))
        {
            _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - next + value : value - next + _sum;
        }
        _sum = next;
    }
}
