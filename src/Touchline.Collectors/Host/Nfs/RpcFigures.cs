using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Nfs;

/// <summary>The lines of /proc/net/rpc/nfs and nfsd: a word, then numbers. A line that is not there counts as zeros. Not thread-safe.</summary>
internal sealed class RpcFigures
{
    // The longest line, of version 4's operations, has 77 numbers.
    private const int MaxNumbers = 256;

    private readonly FileReader _reader = new();
    private readonly Dictionary<string, double[]> _lines = new(StringComparer.Ordinal);
    private readonly NameCache<string> _words = new(word => word);

    /// <summary>False where the file is not there.</summary>
    /// <exception cref="FormatException">What should be a number is none.</exception>
    public bool TryRead(string path)
    {
        if (!_reader.TryRead(path, out var text))
        {
            return false;
        }
        foreach (var numbers in _lines.Values)
        {
            Array.Clear(numbers);
        }
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var word))
            {
                Read(_words.Get(word), fields);
            }
        }
        return true;
    }

    /// <summary>The number at a place of a line, counted from 0 behind its word.</summary>
    public double Of(string word, int place) => _lines.TryGetValue(word, out var numbers) ? numbers[place] : 0;

    private void Read(string word, ByteText fields)
    {
        if (!_lines.TryGetValue(word, out var numbers))
        {
            _lines.Add(word, numbers = new double[MaxNumbers]);
        }
        for (var i = 0; i < MaxNumbers && fields.TryField(out var field); i++)
        {
            numbers[i] = ByteText.Number(field);
        }
    }
}
