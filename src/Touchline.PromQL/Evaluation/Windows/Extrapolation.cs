using System.Runtime.CompilerServices;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// By how much the difference of the last and the first sample of each window is scaled to cover the window. That depends on the times only, but for counters
/// that begin in the window, which <see cref="FromZero"/> looks after. Source: Prometheus's rules of extrapolation, its querying docs.
/// </summary>
internal sealed class Extrapolation
{
    private readonly double[] _toStart;
    private readonly double[] _toEnd;
    private readonly double[] _sampled;
    private readonly double _seconds;

    private Extrapolation(WindowRows rows, bool perSecond)
    {
        var windows = rows.Windows;
        _seconds = perSecond ? windows.RangeMs / 1000.0 : 0;
        Factors = new double[windows.Steps];
        _toStart = new double[windows.Steps];
        _toEnd = new double[windows.Steps];
        _sampled = new double[windows.Steps];
        var times = rows.Times;
        for (var step = 0; step < Factors.Length; step++)
        {
            var (from, to) = (rows.From[step], rows.To[step]);
            if (to - from < 2)
            {
                continue;
            }
            var end = windows.EndAt(step);
            (_toStart[step], _toEnd[step], _sampled[step]) = Distances(times[from], times[to - 1], to - from, end - windows.RangeMs, end);
            Factors[step] = Factor(_toStart[step], _toEnd[step], _sampled[step], _seconds);
        }
    }

    /// <summary>One a step; 0 where the window has fewer than two samples.</summary>
    public double[] Factors { get; }

    public static Extrapolation Of(WindowRows rows, bool perSecond)
    {
        // A worker has one function, so what it finds here was made for the same.
        var made = rows.Derived as Extrapolation ?? new Extrapolation(rows, perSecond);
        rows.Derived = made;
        return made;
    }

    /// <summary>Seconds that are extrapolated before the first sample and behind the last, and seconds between the two.</summary>
    public static (double ToStart, double ToEnd, double Sampled) Distances(long firstMs, long lastMs, long samples, long startMs, long endMs)
    {
        var toStart = (firstMs - startMs) / 1000.0;
        var toEnd = (endMs - lastMs) / 1000.0;
        var sampled = (lastMs - firstMs) / 1000.0;
        var spacing = sampled / Math.Max(1, samples - 1);
        var threshold = spacing * 1.1;
        return (toStart >= threshold ? spacing / 2 : toStart, toEnd >= threshold ? spacing / 2 : toEnd, sampled);
    }

    /// <summary>How far before the first sample a counter can have been zero, where it is not farther than the window is extrapolated.</summary>
    public static double NotBeforeZero(double toStart, double sampled, double first, double difference)
    {
        var toZero = sampled * (first / difference);
        return toZero < toStart ? toZero : toStart;
    }

    /// <param name="toStart">Seconds before the first sample.</param>
    /// <param name="toEnd">Seconds behind the last.</param>
    /// <param name="sampled">Seconds between them.</param>
    /// <param name="seconds">What a rate is divided by; 0 where it is none.</param>
    public static double Factor(double toStart, double toEnd, double sampled, double seconds)
    {
        var factor = (sampled + toStart + toEnd) / sampled;
        return seconds == 0 ? factor : factor / seconds;
    }

    /// <summary>The factor of a counter that rose by <paramref name="difference"/> &gt; 0 from <paramref name="first"/> &gt;= 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Once a window, of millions.
    public double FromZero(int step, double first, double difference)
    {
        var (toStart, sampled) = (_toStart[step], _sampled[step]);
        // Twice as far is far enough whatever is rounded, and saves the division for nearly all.
        return sampled * first > 2 * toStart * difference
            ? Factors[step]
            : Factor(NotBeforeZero(toStart, sampled, first, difference), _toEnd[step], sampled, _seconds);
    }
}
