namespace Touchline.RemoteWrite.Tests.Support;

/// <summary>Messages of both versions with the same content.</summary>
internal static class Requests
{
    /// <summary>A series of version 1.</summary>
    public static Message SeriesOne((string Name, string Value)[] labels, params (long Time, double Value)[] samples)
    {
        var series = new Message();
        foreach (var (name, value) in labels)
        {
            series.Nested(1, new Message().Text(1, name).Text(2, value));
        }
        foreach (var (time, value) in samples)
        {
            series.Nested(2, Message.Sample(value, time));
        }
        return series;
    }

    public static byte[] One(params Message[] series)
    {
        var request = new Message();
        foreach (var one in series)
        {
            request.Nested(1, one);
        }
        return request.ToArray();
    }

    /// <summary>A series of version 2 whose symbols go into the table.</summary>
    public static Message SeriesTwo(List<string> symbols, (string Name, string Value)[] labels, params (long Time, double Value)[] samples)
    {
        var series = new Message().Packed(1, [.. labels.SelectMany(l => new[] { Number(symbols, l.Name), Number(symbols, l.Value) })]);
        foreach (var (time, value) in samples)
        {
            series.Nested(2, Message.Sample(value, time));
        }
        return series;
    }

    public static byte[] Two(List<string> symbols, params Message[] series)
    {
        var request = new Message();
        foreach (var symbol in symbols)
        {
            request.Text(4, symbol);
        }
        foreach (var one in series)
        {
            request.Nested(5, one);
        }
        return request.ToArray();
    }

    public static ulong Number(List<string> symbols, string text)
    {
        if (symbols.Count == 0)
        {
            symbols.Add("");
        }
        if (!symbols.Contains(text))
        {
            symbols.Add(text);
        }
        return (ulong)symbols.IndexOf(text);
    }
}
