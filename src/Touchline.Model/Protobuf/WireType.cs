namespace Touchline.Model.Protobuf;

/// <summary>How a field is encoded: the lower three bits of its tag.</summary>
public enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
