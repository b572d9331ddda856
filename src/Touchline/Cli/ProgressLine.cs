using System.Globalization;
using Touchline.Tsdb.Exchange;

namespace Touchline.Cli;

/// <summary>Shows how far a long verb is: on a terminal a bar that is redrawn, otherwise a line every ten seconds.</summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider time)
{
    private const int BarWidth = 30;

    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly long _started = time.GetTimestamp();
    private long? _last;
    private int _width;

    /// <summary>Shows how far the work is while it runs.</summary>
    public static T During<T>(TextWriter error, Func<Action<ExchangeProgress>, T> work)
    {
        var line = new ProgressLine(error, IsTerminal(error), TimeProvider.System);
        try
        {
            return work(line.Report);
        }
        finally
        {
            line.Clear();
        }
    }

    /// <summary>Whether what is written to the error stream is seen on a terminal at once.</summary>
    private static bool IsTerminal(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;

    public void Report(ExchangeProgress progress)
    {
        if (_last is { } last && time.GetElapsedTime(last) < (isTerminal ? RedrawInterval : LineInterval))
        {
            return;
        }
        if (_last is null && !isTerminal)
        {
            _last = time.GetTimestamp(); // The first line comes after a while: a short run needs none.
            return;
        }
        _last = time.GetTimestamp();
        var share = progress.Total > 0 ? Math.Clamp((double)progress.Done / progress.Total, 0, 1) : 0;
        var elapsed = time.GetElapsedTime(_started);
        var text = string.Create(CultureInfo.InvariantCulture, $"{share,6:P0} {progress.Samples:N0} samples, {progress.Doing}{Remaining(share, elapsed)}");
        if (!isTerminal)
        {
            output.WriteLine($"touchline: {text.TrimStart()}");
            return;
        }
        var filled = (int)(share * BarWidth);
        text = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {text}";
        output.Write("\r" + text.PadRight(_width));
        _width = text.Length;
    }

    /// <summary>Takes the bar away, so that what is printed next begins on a line of its own.</summary>
    public void Clear()
    {
        if (isTerminal && _width > 0)
        {
            output.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }

    private static string Remaining(double share, TimeSpan elapsed)
    {
        if (share < 0.02 || elapsed < TimeSpan.FromSeconds(5))
        {
            return "";
        }
        var left = elapsed * ((1 - share) / share);
        return string.Create(CultureInfo.InvariantCulture, $", about {(left.TotalMinutes >= 1 ? $"{left.TotalMinutes:F0} min" : $"{left.TotalSeconds:F0} s")} left");
    }
}
