namespace Touchline.Collectors.Containers.Engines;

/// <summary>What an engine answers over HTTP.</summary>
internal static class EngineAnswer
{
    /// <summary>The whole body.</summary>
    /// <exception cref="EngineException">It is longer than allowed, or cut off.</exception>
    public static async Task<byte[]> ReadBoundedAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        try
        {
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (whole.Length + read > most)
                {
                    throw new EngineException($"an answer is longer than {most / 1024} KiB");
                }
                whole.Write(buffer, 0, read);
            }
        }
        catch (IOException e)
        {
            throw new EngineException($"an answer is cut off: {e.Message}", e);
        }
        return whole.ToArray();
    }
}
