namespace Touchline.Collectors.Host.Network;

/// <summary>Addresses of network adapters.</summary>
internal static class HardwareAddress
{
    /// <summary>As people write it: <c>00:1b:44:11:3a:b7</c>.</summary>
    public static string Text(ReadOnlySpan<byte> address) => string.Join(':', Convert.ToHexStringLower(address).Chunk(2).Select(digits => new string(digits)));
}
