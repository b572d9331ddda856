using System.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// The greatest or the least of any run of rows: for each power of two the extremes of the runs of that length are made, whole vectors at a time, and a run of any length is
/// covered by two of them (M. Bender, M. Farach-Colton, "The LCA Problem Revisited", 2000). A queue that each row goes through is ten times slower, as its branches cannot be
/// foretold. Reused from series to series.
/// </summary>
internal sealed class RunExtremes
{
    /// <summary>Longer runs than 2^12 are rare, and their levels would outgrow the cache.</summary>
    private const int MaxLevels = 13;

    private readonly double[][] _levels = new double[MaxLevels][];
    private int _made;
    private int _rows;
    private bool _max;

    /// <summary>False where a value is NaN, which is neither greater nor less.</summary>
    public bool TryFill(ReadOnlySpan<double> values, bool max)
    {
        (_max, _rows, _made) = (max, values.Length, 1);
        var level = Room(0);
        var row = 0;
        for (; row <= values.Length - Vector<double>.Count; row += Vector<double>.Count)
        {
            var vector = new Vector<double>(values[row..]);
            if (!Vector.EqualsAll(vector, vector))
            {
                return false;
            }
            vector.CopyTo(level, row);
        }
        for (; row < values.Length; row++)
        {
            if (double.IsNaN(values[row]))
            {
                return false;
            }
            level[row] = values[row];
        }
        return true;
    }

    /// <summary>The extreme of the window of each step that has any rows.</summary>
    public void Of(WindowRows rows, double[] into)
    {
        var (from, to) = (rows.From, rows.To);
        for (var step = 0; step < into.Length; step++)
        {
            var length = to[step] - from[step];
            if (length == 0)
            {
                continue;
            }
            var power = Math.Min(BitOperations.Log2((uint)length), MaxLevels - 1);
            while (_made <= power)
            {
                Make(_made++);
            }
            var level = _levels[power];
            var run = 1 << power;
            var extreme = Better(level[from[step]], level[to[step] - run]);
            for (var row = from[step] + run; row < to[step] - run; row += run)
            {
                extreme = Better(extreme, level[row]);
            }
            into[step] = extreme;
        }
    }

    private double Better(double one, double other) => (_max ? other > one : other < one) ? other : one;

    private void Make(int power)
    {
        var half = 1 << (power - 1);
        ReadOnlySpan<double> shorter = _levels[power - 1].AsSpan(0, _rows);
        var level = Room(power);
        var count = _rows - 2 * half + 1;
        var row = 0;
        for (; row <= count - Vector<double>.Count; row += Vector<double>.Count)
        {
            var (left, right) = (new Vector<double>(shorter[row..]), new Vector<double>(shorter[(row + half)..]));
            var isBetter = _max ? Vector.GreaterThan(right, left) : Vector.LessThan(right, left);
            Vector.ConditionalSelect(isBetter, right, left).CopyTo(level, row);
        }
        for (; row < count; row++)
        {
            level[row] = Better(shorter[row], shorter[row + half]);
        }
    }

    private double[] Room(int power)
    {
        if (_levels[power] is null || _levels[power].Length < _rows)
        {
            _levels[power] = new double[_rows + _rows / 2];
        }
        return _levels[power];
    }
}
