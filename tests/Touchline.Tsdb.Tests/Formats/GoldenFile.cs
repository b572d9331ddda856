using System.Text;

namespace Touchline.Tsdb.Tests.Formats;

/// <summary>
/// Bytes of a format as they were when it was decided, in hexadecimal. A format that changes gets a new version; to write the file of a
/// new one, run the tests with TOUCHLINE_GOLDEN set to the folder of these files in the source tree.
/// </summary>
internal static class GoldenFile
{
    private const int BytesPerLine = 32;

    public static byte[] Read(string name) =>
        Convert.FromHexString(string.Concat(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Formats", "golden", name + ".hex"))));

    /// <summary>Asserts that what is written today is what was written then.</summary>
    public static void AssertSame(string name, ReadOnlySpan<byte> written)
    {
        if (Environment.GetEnvironmentVariable("TOUCHLINE_GOLDEN") is { Length: > 0 } folder)
        {
            var text = new StringBuilder();
            foreach (var line in written.ToArray().Chunk(BytesPerLine))
            {
                text.Append(Convert.ToHexStringLower(line)).Append('\n');
            }
            File.WriteAllText(Path.Combine(folder, name + ".hex"), text.ToString());
        }
        Assert.Equal(Convert.ToHexStringLower(Read(name)), Convert.ToHexStringLower(written));
    }
}
