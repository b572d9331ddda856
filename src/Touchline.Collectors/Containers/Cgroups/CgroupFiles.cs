using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>
/// Reads the small files of a group. One that is not there is NaN or empty: kernels differ, and groups end while they are read.
/// Not thread-safe; what <see cref="Text"/> gives is valid until the next call.
/// </summary>
internal sealed class CgroupFiles
{
    private readonly FileReader _reader = new();

    public ReadOnlySpan<byte> Text(string directory, string file) =>
        _reader.TryRead(directory + file, out var content) ? content : default;

    /// <summary>The number in a file; positive infinity for <c>max</c>, NaN where there is none.</summary>
    public double Number(string directory, string file) => NumberIn(Text(directory, file));

    /// <summary>As <see cref="Number"/>, for a text that was read already.</summary>
    public static double NumberIn(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\n"u8);
        if (text.SequenceEqual("max"u8))
        {
            return double.PositiveInfinity;
        }
        return text.IsEmpty ? double.NaN : ByteText.Number(text);
    }

    /// <summary>The number behind a key in such lines; NaN where there is none.</summary>
    public static double Keyed(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var key) && key.SequenceEqual(wanted))
            {
                return fields.Number();
            }
        }
        return double.NaN;
    }

    /// <summary>Takes lines of a key and a number into the figures that belong to the keys.</summary>
    public static void Keyed(Cgroup cgroup, ReadOnlySpan<byte> text, ReadOnlySpan<KeyedFigure> figures)
    {
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var key))
            {
                continue;
            }
            foreach (ref readonly var figure in figures)
            {
                if (key.SequenceEqual(figure.Key))
                {
                    cgroup[figure.Metric] = fields.Number() * figure.Times / figure.Over;
                }
            }
        }
    }
}

/// <summary>
/// A key of a file and the figure that its number is, in another unit: multiplied, then divided, in this order, as cAdvisor does it
/// with the numbers that it was given in nanoseconds, so that the last digits are the same.
/// </summary>
internal sealed record KeyedFigure(byte[] Key, ContainerMetric Metric, double Times = 1, double Over = 1);

/// <summary>Reads the files of one controller into a group's figures. Called by one thread at a time.</summary>
internal abstract class ControllerReader
{
    public abstract void Read(Cgroup cgroup);
}
