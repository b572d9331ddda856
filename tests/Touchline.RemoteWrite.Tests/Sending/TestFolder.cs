namespace Touchline.RemoteWrite.Tests.Sending;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("touchline-sending-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
