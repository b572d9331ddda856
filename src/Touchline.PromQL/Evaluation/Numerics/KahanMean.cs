namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>
/// A mean as Prometheus takes it: compensated sum over count, and from the value on that would overflow the sum, a compensated
/// incremental mean.
/// </summary>
internal struct KahanMean
{
    private double _sum;
    private double _mean;
    private double _compensation;
    private double _count;
    private bool _incremental;

    public KahanMean(double first)
    {
        _sum = first;
        _mean = first;
        _count = 1;
    }

    /// <summary>Goes on from so many values, whose compensated sum is finite.</summary>
    public KahanMean(double sum, double compensation, double count)
    {
        _sum = sum;
        _compensation = compensation;
        _count = count;
    }

    public readonly double Value => _incremental ? _mean + _compensation : _sum / _count + _compensation / _count;

    public readonly bool IsEmpty => _count == 0;

    public void Add(double value)
    {
        _count++;
        if (!_incremental)
        {
            var sum = _sum;
            var compensation = _compensation;
            KahanSum.Add(value, ref sum, ref compensation);
            if (!double.IsInfinity(sum))
            {
                _sum = sum;
                _compensation = compensation;
                return;
            }
            _incremental = true;
            _mean = _sum / (_count - 1);
            _compensation /= _count - 1;
        }
        if (double.IsInfinity(_mean) && (double.IsFinite(value) || (double.IsInfinity(value) && _mean > 0 == value > 0)))
        {
            // An infinite mean stays what it is, whatever is averaged into it but NaN or the opposite infinity.
            return;
        }
        var share = (_count - 1) / _count;
        var mean = share * _mean;
        _compensation *= share;
        KahanSum.Add(value / _count, ref mean, ref _compensation);
        _mean = mean;
    }
}
