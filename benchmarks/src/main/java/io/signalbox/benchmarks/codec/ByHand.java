package io.signalbox.benchmarks.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/** The three libraries as somebody would call them who knows them: contexts and key are made once. One thread. */
final class ByHand {
    private static final int NONCE_BYTES = 12;

    private final JsonMapper json = JsonMapper.shared();
    private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(3).setChecksum(true);
    private final ZstdDecompressCtx unzstd = new ZstdDecompressCtx();
    private final SecretKey key = new SecretKeySpec(new byte[32], "AES");
    private final SecureRandom random = new SecureRandom();

    /** Nonce, then what GCM made. */
    byte[] write(Object value) throws GeneralSecurityException {
        byte[] compressed = zstd.compress(json.writeValueAsBytes(value));
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
        byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(compressed.length));
        cipher.doFinal(compressed, 0, compressed.length, all, NONCE_BYTES);
        return all;
    }

    <T> T read(byte[] bytes, Class<T> type) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, bytes, 0, NONCE_BYTES));
        byte[] compressed = cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        int size = (int) com.github.luben.zstd.Zstd.getFrameContentSize(compressed);
        return json.readValue(unzstd.decompress(compressed, size), type);
    }
}
