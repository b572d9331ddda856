using System.Globalization;
using System.Text;

namespace Touchline.Cli.Query;

/// <summary>Lines in braille: each character is two dots wide and four high.</summary>
internal sealed class TerminalChart
{
    private const int Rows = 10;
    private const int MostColumns = 120;
    private const int SparkWidth = 20;
    private const string SparkLevels = "▁▂▃▄▅▆▇█";

    /// <summary>The bits of U+2800 + bits, by row and column of the dot.</summary>
    private static readonly int[,] Dots = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly int _columns;
    private readonly int[,] _bits;
    private readonly int[,] _owner;

    private TerminalChart(int columns)
    {
        _columns = columns;
        _bits = new int[Rows, columns];
        _owner = new int[Rows, columns];
    }

    public static void Print(IReadOnlyList<ChartSeries> series, Terminal terminal)
    {
        var finite = series.SelectMany(s => s.Values).Where(double.IsFinite).ToList();
        var (low, high) = (finite.Min(), finite.Max());
        var (from, to) = (series.Min(s => s.Times[0]), series.Max(s => s.Times[^1]));
        if (low == high)
        {
            // A flat line goes through the middle.
            (low, high) = low == 0 ? (-1, 1) : (low - Math.Abs(low) / 2, high + Math.Abs(high) / 2);
        }
        string[] labels = [Short(high), Short((low + high) / 2), Short(low)];
        var margin = labels.Max(label => label.Length);
        var chart = new TerminalChart(Math.Clamp(terminal.Width - margin - 2, 10, MostColumns));
        for (var i = 0; i < series.Count; i++)
        {
            chart.Draw(series[i], i, from, to, low, high);
        }
        for (var row = 0; row < Rows; row++)
        {
            var label = row == 0 ? labels[0] : row == Rows / 2 ? labels[1] : row == Rows - 1 ? labels[2] : "";
            terminal.Output.WriteLine($"{terminal.Dim(label.PadLeft(margin))} {terminal.Dim(label.Length > 0 ? "┤" : "│")}{chart.Line(row, terminal)}".TrimEnd());
        }
        var (start, end) = (Clock(from, to - from), Clock(to, to - from) + " UTC");
        terminal.Output.WriteLine(terminal.Dim($"{new string(' ', margin)} └{new string('─', chart._columns)}"));
        terminal.Output.WriteLine(terminal.Dim($"{new string(' ', margin + 2)}{start}{new string(' ', Math.Max(1, chart._columns - start.Length - end.Length))}{end}"));
    }

    /// <summary>A line of one character's height; a blank where there is nothing.</summary>
    public static string Spark(double[] values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return "";
        }
        var (low, high) = (finite.Min(), finite.Max());
        var width = Math.Min(SparkWidth, values.Length);
        var text = new StringBuilder(width);
        for (var column = 0; column < width; column++)
        {
            var part = values[(column * values.Length / width)..((column + 1) * values.Length / width)].Where(double.IsFinite).ToList();
            text.Append(part.Count == 0 ? ' ' : SparkLevels[high > low ? (int)Math.Round((part.Average() - low) / (high - low) * (SparkLevels.Length - 1)) : SparkLevels.Length / 2]);
        }
        return text.ToString();
    }

    /// <summary>Four digits, and a power of ten where it is far from one.</summary>
    public static string Short(double value) => value == 0 ? "0" : double.IsFinite(value)
        ? value.ToString(Math.Abs(value) is >= 1e6 or < 1e-3 ? "0.###E+0" : Math.Abs(value) >= 1000 ? "0" : "0.####", CultureInfo.InvariantCulture) is var text
            && Math.Abs(value) is >= 1 and < 1000 ? value.ToString("G4", CultureInfo.InvariantCulture) : text
        : double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

    private static string Clock(double seconds, double span) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
        .ToString(span > 86_400 ? "yyyy-MM-dd HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private void Draw(ChartSeries series, int owner, double from, double to, double low, double high)
    {
        // Points that are further apart than usual have a gap between them.
        var usual = series.Times.Length < 2 ? 0 : Enumerable.Range(1, series.Times.Length - 1).Min(i => series.Times[i] - series.Times[i - 1]);
        (int X, int Y)? previous = null;
        for (var i = 0; i < series.Times.Length; i++)
        {
            if (!double.IsFinite(series.Values[i]))
            {
                previous = null;
                continue;
            }
            var x = to > from ? (int)Math.Round((series.Times[i] - from) / (to - from) * (_columns * 2 - 1)) : _columns;
            var y = (int)Math.Round((high - series.Values[i]) / (high - low) * (Rows * 4 - 1));
            if (previous is not { } last || series.Times[i] - series.Times[i - 1] > 1.5 * usual)
            {
                last = (x, y);
            }
            Connect(last, (x, y), owner);
            previous = (x, y);
        }
    }

    private void Connect((int X, int Y) from, (int X, int Y) to, int owner)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var (x, y) = (from.X + (to.X - from.X) * i / steps, from.Y + (to.Y - from.Y) * i / steps);
            _bits[y / 4, x / 2] |= Dots[y % 4, x % 2];
            _owner[y / 4, x / 2] = owner;
        }
    }

    private string Line(int row, Terminal terminal)
    {
        var text = new StringBuilder();
        for (var column = 0; column < _columns; column++)
        {
            var bits = _bits[row, column];
            text.Append(bits == 0 ? " " : terminal.Paint(((char)(0x2800 + bits)).ToString(), Terminal.Palette[_owner[row, column]]));
        }
        return text.ToString().TrimEnd();
    }
}
